# Stages that scripts/check and scripts/check_all share. Each leaves what scripts/test_summary adds
# up; a stage that fails is recorded and does not keep the later ones from running.

out=build/check
records=$out/records
stages=()

begin_stages() {
  rm -rf "$out"
  mkdir -p "$out"
  : >"$records"
}

say() { printf '\n== %s (%d:%02d)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

# record pass|fail|skip NAME [REASON]: NAME has no blanks.
record() { echo "$*" >>"$records"; }

# build_stage PRESET TARGET...: false, and recorded, when it does not compile.
build_stage() {
  say "build $1: ${*:2}"
  if scripts/build "$1" --with-tests "${@:2}"; then
    record pass "build-$1"
  else
    record fail "build-$1" "does not compile"
    return 1
  fi
}

# test_stage NAME PRESET CTEST_OPTION...: runs the tests that the options choose.
test_stage() {
  local name=$1 preset=$2
  shift 2
  say "tests $name"
  ctest --test-dir "build/$preset" --output-on-failure --progress --no-tests=error \
    --test-output-size-passed 4096 --test-output-truncation middle \
    --output-junit "$PWD/$out/$name.xml" "$@" || true
  stages+=("$name=$out/$name.xml=build/$preset/results")
}

# clear_results PRESET: so that a program that dies early cannot be counted by an older run.
clear_results() { rm -rf "build/$1/results"; }

# end_stages [--no-skip]: prints the summary; its status is that of the whole.
end_stages() { scripts/test_summary "$@" "$records" "${stages[@]}"; }
