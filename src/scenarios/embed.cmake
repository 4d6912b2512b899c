# Writes OUT, a C++ source that holds FILES as raw string literals behind scenarios.hpp.
# cmake -DOUT=file.cpp "-DFILES=a;b" -P embed.cmake
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} text)
  string(FIND "${text}" ")rung\"" clash)
  if(NOT clash EQUAL -1)
    message(FATAL_ERROR "${file}: holds the delimiter of a raw string")
  endif()
  string(APPEND rows "    {\"${name}\", R\"rung(${text})rung\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"scenarios/scenarios.hpp\"

namespace rung {
namespace {

constexpr ScenarioFile kFiles[] = {
${rows}};

}  // namespace

std::span<const ScenarioFile> built_in_scenarios() { return kFiles; }

}  // namespace rung
")
