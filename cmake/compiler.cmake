# One place for the language level, warnings, hardening and sanitizers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckCXXCompilerFlag)
include(CheckPIESupported)
check_pie_supported()

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

# The time is spent in the TLS libraries; what -O3 adds is memory.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

add_library(stapling_compiler INTERFACE)
target_include_directories(stapling_compiler INTERFACE ${PROJECT_SOURCE_DIR})
# A designated initialiser leaves the other members to their defaults on purpose.
target_compile_options(stapling_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-missing-field-initializers
  $<$<BOOL:${STAPLING_WERROR}>:-Werror>)
# Once it optimises, gcc 12 warns of overlaps and overreads within its own strings and vectors.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(stapling_compiler INTERFACE $<$<NOT:$<CONFIG:Debug>>:
    -Wno-array-bounds -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overread>)
endif()

# Of a target that only tests. The undefined behaviour sanitizer is for what is tested: in the tests
# it would find little and take as long to compile as all the rest.
define_property(TARGET PROPERTY STAPLING_TESTS_ONLY
  INITIALIZE_FROM_VARIABLE IN_STAPLING_TESTS_ONLY)
if(STAPLING_SANITIZE)
  target_compile_options(stapling_compiler INTERFACE
    -fsanitize=${STAPLING_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    $<$<BOOL:$<TARGET_PROPERTY:STAPLING_TESTS_ONLY>>:-fno-sanitize=undefined>)
  target_link_options(stapling_compiler INTERFACE -fsanitize=${STAPLING_SANITIZE})
else()
  # Where indirect jumps may land, and where returns go: of x86-64, and of aarch64.
  check_cxx_compiler_flag(-fcf-protection STAPLING_HAS_CF_PROTECTION)
  check_cxx_compiler_flag(-mbranch-protection=standard STAPLING_HAS_BRANCH_PROTECTION)
  target_compile_options(stapling_compiler INTERFACE
    -fstack-protector-strong -fstack-clash-protection
    $<$<BOOL:${STAPLING_HAS_CF_PROTECTION}>:-fcf-protection>
    $<$<BOOL:${STAPLING_HAS_BRANCH_PROTECTION}>:-mbranch-protection=standard>
    $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS>)
  target_compile_options(stapling_compiler INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-ffunction-sections -fdata-sections>)
  target_link_options(stapling_compiler INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-Wl,--gc-sections>
    -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code)
endif()

# With STAPLING_PRECOMPILE the headers that most files of a target include are read once, and the
# files of a library that say so are compiled several at a time. Off where each file is to show that
# it includes what it uses.
option(STAPLING_PRECOMPILE "Precompile frequent headers and unite the files of libraries" OFF)
function(stapling_precompile target)
  if(STAPLING_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <chrono> <functional> <map>
      <memory> <mutex> <optional> <sstream> <string> <string_view> <thread> <utility> <variant>
      <vector> <openssl/ssl.h> ${ARGN})
  endif()
endfunction()

# The files that follow are compiled alone: they have names of their own that another file of the
# library has, too, or types of their own in a class of their header.
function(stapling_unite target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${STAPLING_PRECOMPILE})
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
