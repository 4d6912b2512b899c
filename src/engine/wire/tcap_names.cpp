#include "engine/wire/tcap.hpp"

namespace rung::tcap {
namespace {

using enum ProblemType;

struct ProblemName {
  Problem problem;
  std::string_view name;
};

/// Q.773 tables 25 to 28.
constexpr ProblemName kProblems[] = {
    {kUnrecognizedComponent, "unrecognized component"},
    {kMistypedComponent, "mistyped component"},
    {kBadlyStructuredComponent, "badly structured component"},
    {kDuplicateInvokeId, "duplicate invoke id"},
    {kUnrecognizedOperation, "unrecognized operation"},
    {kInvokeMistypedParameter, "mistyped parameter"},
    {kResourceLimitation, "resource limitation"},
    {kInitiatingRelease, "initiating release"},
    {{invoke, 5}, "unrecognized linked id"},
    {{invoke, 6}, "linked response unexpected"},
    {{invoke, 7}, "unexpected linked operation"},
    {kResultUnrecognizedInvokeId, "unrecognized invoke id of a result"},
    {kResultUnexpected, "return result unexpected"},
    {kResultMistypedParameter, "mistyped parameter of a result"},
    {kErrorUnrecognizedInvokeId, "unrecognized invoke id of an error"},
    {kErrorUnexpected, "return error unexpected"},
    {kErrorUnrecognized, "unrecognized error"},
    {kErrorUnexpectedError, "unexpected error"},
    {kErrorMistypedParameter, "mistyped parameter of an error"},
};

}  // namespace

std::string_view to_string(Type type) {
  switch (type) {
    case Type::unidirectional: return "Unidirectional";
    case Type::begin: return "Begin";
    case Type::end: return "End";
    case Type::continue_: return "Continue";
    case Type::abort: return "Abort";
  }
  return "unknown";
}

std::string_view to_string(ComponentType type) {
  switch (type) {
    case ComponentType::invoke: return "Invoke";
    case ComponentType::return_result_last: return "ReturnResultLast";
    case ComponentType::return_error: return "ReturnError";
    case ComponentType::reject: return "Reject";
    case ComponentType::return_result_not_last: return "ReturnResultNotLast";
  }
  return "unknown";
}

std::string_view to_string(PAbortCause cause) {
  switch (cause) {
    case PAbortCause::unrecognized_message_type: return "unrecognized message type";
    case PAbortCause::unrecognized_transaction_id: return "unrecognized transaction id";
    case PAbortCause::badly_formatted_transaction_portion:
      return "badly formatted transaction portion";
    case PAbortCause::incorrect_transaction_portion: return "incorrect transaction portion";
    case PAbortCause::resource_limitation: return "resource limitation";
  }
  return "unknown";
}

std::string_view to_string(Problem problem) {
  for (const ProblemName& known : kProblems) {
    if (known.problem == problem) return known.name;
  }
  return "unknown";
}

}  // namespace rung::tcap
