# One library per folder. Companions are found by name beside what they test:
# x_test.cpp (GoogleTest), x_bench.cpp (Google Benchmark), x_fuzz.cpp (libFuzzer).

add_library(rung_options INTERFACE)
target_compile_features(rung_options INTERFACE cxx_std_20)
target_include_directories(rung_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(rung_options INTERFACE -march=${RUNG_MARCH} -fno-omit-frame-pointer)
if(RUNG_DEVELOPER)
  target_compile_options(rung_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
  # g++ 12 sees overlapping copies in "x" + std::string (GCC bug 105651).
  target_compile_options(rung_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
endif()
if(RUNG_SANITIZE)
  target_compile_options(rung_options INTERFACE -fsanitize=${RUNG_SANITIZE}
                                                -fno-sanitize-recover=all)
  # The instrumentation makes g++ see uninitialised members in the standard library (std::regex).
  target_compile_options(rung_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(rung_options INTERFACE -fsanitize=${RUNG_SANITIZE})
endif()
if(RUNG_FUZZ)
  # The libraries count coverage too; only the fuzz targets bring libFuzzer's main().
  target_compile_options(rung_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# What scripts/check_all builds by these names: the tests that also run under the sanitizers, all
# tests, and all fuzz targets.
foreach(group unit_tests all_tests benchmarks fuzzers)
  add_custom_target(${group})
endforeach()

# Where tests leave their results as XML, one file a program, for scripts/test_summary.
set(RUNG_RESULTS_DIR ${CMAKE_BINARY_DIR}/results)

# Defaults that both kinds of tests share: `label` where the caller of rung_test() or
# rung_script_test() names none, and 300 seconds.
macro(rung_test_arguments label lists)
  cmake_parse_arguments(arg "" "NAME;TIMEOUT" "LABELS;${lists}" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS ${label})
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
endmacro()

# rung_test(NAME test SOURCES ... LINK ... [LABELS ...] [TIMEOUT seconds]): one GoogleTest program.
# Labels: unit (the default; runs under the sanitizers too), tidy, sim, golden, bench, interop,
# long (only in check_all).
function(rung_test)
  if(NOT RUNG_TESTS)
    return()
  endif()
  rung_test_arguments(unit "SOURCES;LINK" ${ARGN})
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE rung_options ${arg_LINK} GTest::gtest GTest::gmock
                                            GTest::gtest_main)
  # Optimising assertion macros is half of a build's time; what is tested is built as it ships.
  set(level -O1)
  if(RUNG_SANITIZE)
    set(level -O0)
  endif()
  target_compile_options(${arg_NAME} PRIVATE ${level})
  target_compile_definitions(${arg_NAME} PRIVATE RUNG_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                 RUNG_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${arg_NAME} COMMAND ${arg_NAME} --gtest_brief=1
                                    --gtest_output=xml:${RUNG_RESULTS_DIR}/${arg_NAME}.xml)
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
  add_dependencies(all_tests ${arg_NAME})
  if("unit" IN_LIST arg_LABELS)
    add_dependencies(unit_tests ${arg_NAME})
  endif()
endfunction()

# rung_script_test(NAME test COMMAND ... [LABELS ...] [TIMEOUT seconds] [DEPENDS target ...]): a
# test that is a script, run from the project's root with the program as RUNG_PROGRAM. Exit status
# 77 skips it; the last line it printed is then the reason.
function(rung_script_test)
  if(NOT RUNG_TESTS)
    return()
  endif()
  rung_test_arguments(interop "COMMAND;DEPENDS" ${ARGN})
  add_test(NAME ${arg_NAME} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${arg_NAME} PROPERTIES
    TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}" SKIP_RETURN_CODE 77
    ENVIRONMENT "RUNG_PROGRAM=${CMAKE_BINARY_DIR}/rung;RUNG_BINARY_DIR=${CMAKE_BINARY_DIR}")
  if(arg_DEPENDS)
    add_dependencies(all_tests ${arg_DEPENDS})
  endif()
endfunction()

function(rung_bench name library)
  if(RUNG_TESTS)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE rung_options ${library} benchmark::benchmark
                                          benchmark::benchmark_main)
    add_dependencies(benchmarks ${name})
  endif()
endfunction()

function(rung_fuzzers library)
  if(RUNG_FUZZ)
    foreach(source ${ARGN})
      get_filename_component(name ${source} NAME_WE)
      add_executable(${name} ${source})
      target_link_libraries(${name} PRIVATE rung_options ${library})
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
      add_dependencies(fuzzers ${name})
    endforeach()
  endif()
endfunction()

# rung_library(NAME LINK ... PRIVATE ... EXCEPT file ...): the library of the current folder, its
# tests, benchmarks and fuzzers.
function(rung_library name)
  cmake_parse_arguments(arg "" "" "LINK;PRIVATE;EXCEPT" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)
  file(GLOB benches CONFIGURE_DEPENDS *_bench.cpp)
  file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cpp)
  list(TRANSFORM arg_EXCEPT PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set(companions ${tests} ${benches} ${fuzzers} ${arg_EXCEPT})
  if(companions)
    list(REMOVE_ITEM sources ${companions})
  endif()
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC rung_options ${arg_LINK} PRIVATE ${arg_PRIVATE})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE rung_options ${arg_LINK})
  endif()
  if(tests)
    rung_test(NAME ${name}_tests SOURCES ${tests} LINK ${name} ${arg_PRIVATE})
  endif()
  if(benches)
    rung_bench(${name}_bench ${name} ${benches})
  endif()
  if(fuzzers)
    rung_fuzzers(${name} ${fuzzers})
  endif()
endfunction()
