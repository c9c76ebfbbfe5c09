#include "core/failure.h"

#include <array>

namespace stapling {
namespace {

constexpr std::array kPhases{
    PhaseInfo{Phase::kResolve, "resolve", "The target's name is turned into addresses."},
    PhaseInfo{Phase::kConnect, "connect", "A TCP connection is opened."},
    PhaseInfo{Phase::kProxy, "proxy", "A proxy is reached and asked for a way to the target."},
    PhaseInfo{Phase::kStarttls, "starttls", "A server that speaks plain text is asked for TLS."},
    PhaseInfo{Phase::kHandshake, "handshake", "The TLS handshake runs, with a status request."},
    PhaseInfo{Phase::kJudge, "judge", "The chain, the name and the staples are judged."},
    PhaseInfo{Phase::kResponder, "responder", "The certificate's own OCSP responder is asked."},
    PhaseInfo{Phase::kCrl, "crl", "The certificate's revocation list is fetched."},
};

constexpr std::array kReasons{
    ReasonInfo{Reason::kTimeout, "timeout", "The time for the probe ran out.",
               "Find out why the peer is slow, or give the probe more time."},
    ReasonInfo{Reason::kRefused, "refused", "The connection was refused.",
               "Check that the server runs and listens on this port."},
    ReasonInfo{Reason::kUnreachable, "unreachable", "There is no route to the address.",
               "Check the network between the exporter and the target."},
    ReasonInfo{Reason::kReset, "reset", "The peer reset the connection.",
               "Look into the server's log; a firewall may also cut the connection."},
    ReasonInfo{Reason::kClosed, "closed", "The peer closed the connection before it was done.",
               "Look into the server's log; it may not serve TLS on this port."},
    ReasonInfo{Reason::kStapleTooLarge, "staple_too_large",
               "The staple is larger than a TLS 1.2 client takes (16 KiB).",
               "Have the responder leave superfluous certificates out of its responses."},
    ReasonInfo{Reason::kChainTooLarge, "chain_too_large",
               "The server's certificates are larger than 1 MiB, or would be once they are written "
               "out, or "
               "are more than 512, or one of the chain stands behind more than 8 others.",
               "Shorten the certificate chain that the server sends."},
    ReasonInfo{Reason::kDenied, "denied",
               "The target policy denies the target or every address of it.",
               "Probe another target, or change targets in the exporter's configuration."},
    ReasonInfo{Reason::kNotFound, "not_found", "The name does not exist or has no address.",
               "Check the target's spelling and its DNS records."},
    ReasonInfo{Reason::kDnsError, "dns_error", "The DNS servers did not give a usable answer.",
               "Check the resolver that the exporter's host uses."},
    ReasonInfo{Reason::kProxyRefused, "proxy_refused",
               "The proxy does not open a connection to the target.",
               "Read what it said; it may forbid the host or the port, or not reach it."},
    ReasonInfo{Reason::kProxyAuth, "proxy_auth",
               "The proxy demands credentials, or does not take those that it got.",
               "Check user and password in the module's proxy_url."},
    ReasonInfo{Reason::kStarttlsRefused, "starttls_refused",
               "The server refused to go over to TLS, or to talk to the exporter at all.",
               "Read what it said; it may want another ehlo_name or domain, or be overloaded."},
    ReasonInfo{Reason::kStarttlsUnsupported, "starttls_unsupported",
               "The server does not offer to go over to TLS.",
               "Switch TLS on in the server, or check protocol and port."},
    ReasonInfo{Reason::kInjectedBytes, "injected_bytes",
               "Plain text follows the server's go-ahead for TLS.",
               "Somebody on the path, or a proxy before the server, adds to what it says."},
    ReasonInfo{Reason::kNotTls, "not_tls", "The peer answered with something other than TLS.",
               "Check the port; a server that starts in plain text needs a STARTTLS module."},
    ReasonInfo{Reason::kProtocolError, "protocol_error", "The peer broke the protocol.",
               "Look into the server's log, and try another client."},
    ReasonInfo{Reason::kAlert, "alert", "The peer ended the handshake with an alert.",
               "Look up the alert; an unknown server name is a frequent cause."},
    ReasonInfo{Reason::kNoSharedVersion, "no_shared_version",
               "The peer supports none of the TLS versions that the module allows.",
               "Compare min_version and max_version of the module with the server's settings."},
    ReasonInfo{Reason::kNoSharedKeyType, "no_shared_key_type",
               "The peer has no certificate with a key of the type asked for.",
               "Nothing, if the server is meant to have one certificate only."},
    ReasonInfo{Reason::kClientCertificateRequired, "client_certificate_required",
               "The server demands a client certificate.",
               "Configure cert_file and key_file in the module's tls_config."},
    ReasonInfo{Reason::kResources, "resources", "The exporter ran out of descriptors or memory.",
               "Raise the exporter's limits, or probe fewer targets at once."},
    ReasonInfo{Reason::kInternal, "internal", "The exporter itself failed.",
               "Please report it, with the probe's log."},
    ReasonInfo{Reason::kChainInvalid, "chain_invalid", "The certificate chain does not verify.",
               "Mend the chain that the server sends, or name the right CA in ca_file."},
    ReasonInfo{Reason::kHostnameMismatch, "hostname_mismatch",
               "The certificate does not speak for this name.",
               "Install a certificate with this name, or set hostname or server_name."},
    ReasonInfo{Reason::kStapleMissing, "staple_missing",
               "A staple is required, and the server sent none.",
               "Switch stapling on and check that the server can reach the CA's responder."},
    ReasonInfo{Reason::kStapleIntermittent, "staple_intermittent",
               "A staple is required, and only some connections carried one.",
               "Give every worker and node its staple: from a file, a shared cache, or at start."},
    ReasonInfo{Reason::kStapleInvalid, "staple_invalid",
               "The server staples a response that a strict client refuses.",
               "See the verdict for the cause."},
    ReasonInfo{Reason::kRevoked, "revoked", "The staple says that the certificate is revoked.",
               "Replace the certificate and its key."},
    ReasonInfo{Reason::kUnknown, "unknown",
               "The staple says that the responder does not know the certificate.",
               "Ask the CA; right after issuance, wait and try again."},
    ReasonInfo{Reason::kHttpStatus, "http_status",
               "The CA's server answered with another HTTP status than 200.",
               "Look up the status; 404 often means that the URL is no longer served."},
    ReasonInfo{Reason::kBadRedirect, "bad_redirect",
               "The CA's server redirects too often, or to where the exporter does not follow.",
               "Have the CA serve its answers at the very URL that its certificates name."},
    ReasonInfo{Reason::kBodyTooLarge, "body_too_large",
               "The CA's server sent more than the exporter takes.",
               "For a revocation list, raise max_crl_bytes in the module's cross_check."},
    ReasonInfo{Reason::kBadUrl, "bad_url",
               "The URL in the certificate is not one of http or https, or is malformed.",
               "Have the CA put a usable URL into the certificates that it issues."},
    ReasonInfo{Reason::kTlsUntrusted, "tls_untrusted",
               "The certificate of the CA's own HTTPS server does not verify.",
               "Have the CA mend it; its URLs should be http, as what they give is signed."},
};

}  // namespace

std::span<const PhaseInfo> Phases() { return kPhases; }
std::span<const ReasonInfo> Reasons() { return kReasons; }

const PhaseInfo& Describe(Phase phase) { return kPhases.at(static_cast<std::size_t>(phase)); }
const ReasonInfo& Describe(Reason reason) { return kReasons.at(static_cast<std::size_t>(reason)); }

}  // namespace stapling
