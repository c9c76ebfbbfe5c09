// A leaf of a CA whose key was thrown away, and a CA certificate of the same name that was made by
// who knew the leaf alone: from the leaf's signature and two primes p and q, chosen so that
// discrete logarithms modulo each are easy, follows an exponent with which p * q verifies that
// signature. Who knows p and q signs staples with it.
#pragma once

namespace stapling::testing {

inline constexpr const char* kLeafOfALostCa = R"(-----BEGIN CERTIFICATE-----
MIICCTCB8qADAgECAhQvJOtjmFCDMCcuClH28IPeFcGwZDANBgkqhkiG9w0BAQsF
ADASMRAwDgYDVQQDDAdSZWFsIENBMB4XDTI2MTEyNjE4NTU0NFoXDTI3MDEyNzE4
NTU0NFowDzENMAsGA1UEAwwEbGVhZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BJJJ9lRMDENnPeHcyucgSPIKJOCjLs9r9+P2wrXg0uReB0SyyhJ4ngjA9vAKJEyF
zSKs1YBhL+pYXePYb9sRdUWjJjAkMA8GA1UdEQQIMAaHBH8AAAEwEQYIKwYBBQUH
ARgEBTADAgEFMA0GCSqGSIb3DQEBCwUAA4IBAQA6WiO3/jfwhG7b6GljTmms47Ah
MJC/JUjd9bpDmhfwRLsHA4YXxAL1rQZ1hxMCpZmbKZa2w9ly0Ag3YSEjPJc6gVnq
bjzosXca8PY5r6fMtunceK4rvBEx8DhZM0xre1epeB2OO/AW8we8FE3MmOFvPQH/
P4bqKs8kemkMl/TckGuAffAZLHri7/LE5W22guN/I9hFSFws7VYT7AIi9G46exIR
Ya82aLhNrtAO9MRQjNJ64CKN0oda8ispiVPbmUODkBufvLwTgbuICW+/5J/l5BeF
jKgvkLRcREivILLILBpSfNQBfSRaahaBui16l1KqVhx7ctm8qs5V7gCWyJKM
-----END CERTIFICATE-----
)";

inline constexpr const char* kCaMadeForTheLeaf = R"(-----BEGIN CERTIFICATE-----
MIIDsTCCApmgAwIBAgIBBzANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdSZWFs
IENBMB4XDTI0MDYxMTE4NTU0NFoXDTI5MDUxNjE4NTU0NFowEjEQMA4GA1UEAwwH
UmVhbCBDQTCCAiEwDQYJKoZIhvcNAQEBBQADggIOADCCAgkCggEBAL0wFZiXxpuG
3kZWN6UXzARbGfdH1YDJX/7x+sX8+BPg8Vs0uDWk1bkFhltwT8bHDYZ6YoYyL7Fn
SzAfx4XjOGu1xTIkfRqGxN5KJtg3gESkYT55j3ST2vdBPBsNtiUz4ajQ07lrsJiy
rlt+dfu5xfAocSUZO0EwFJcXMkAIiBAw6M7+P22q8TwQ4w4XI+fb7RVE2EQ/gEXf
zB6zWq6G0httWMJXaYzpb+B5Q8v66JSGK1HkX/8s4EcRRl4p6z+3FDY8fujjZR6x
y+aKaDAX3Z2oWtrLIZTOBC84XWlv9rofzREkYKB45sRJ+cywE32NF+kFLkLdoinh
yWD81zDcAUUCggEAATVBHz43Qh9iQSMH66R7kv6hFN4mYz+4tG4wYp5n3Ci4pUil
nCP6agQNLr5Pl4LWobNczW9b3zjd2NHrUT5LqIWZjZNKldCFTpF+t/mNHJcZXMas
cafJm6E73tBYQ31dHbIhY0ztkQ2ZoMEw9Op3HGJwKir6i7iFFeKt/+XWa0BL/c1Q
R3ODt/wIiXAuqy2fLLT589rljIB8zaj+lVY1BjHubCTJwA3+U/hYQFEAVj3f5VcB
4NSke91HRwaQrYhwCQuity1EdKYwc+3FqT+y8fnsQcYu2PsjIfDSyUBEwpmy1jv6
rRGLQyBcm6x/yLOTUDgSm/n/swVX2DGnPwzQCaMTMBEwDwYDVR0TAQH/BAUwAwEB
/zANBgkqhkiG9w0BAQsFAAOCAQEAawSKi+jSIKCNxWuasnhcLimWErzSj2QcvEF1
D+Don/+ybqtwpGgGRbp7Ga1L2oFHUatvLWhhUkEkCZyV4eOlQ+lqANWzv9squefE
FiZWq/i7e4EaaB4c0kRDqrKS5o5yQIgfc0vkReY0esWPwb7jhd9fivHEErJO2xjF
9K/Ru4huRwAFqiuCtj28qioMO23YeBN6WMyzVRUhWdvuGbe83KD0ZXYJTxSWE9ed
YkZoho1W8zComN/MEXk0RrzBJXifrPx/w7D06i5qS3Kc/jawmOJ7zjYGDhumzq7L
7BHx4RkUOA0gJwWG0rzf4HIW7BSF2bnk2GiFX+7EZ+IYVgFQ7Q==
-----END CERTIFICATE-----
)";

}  // namespace stapling::testing
