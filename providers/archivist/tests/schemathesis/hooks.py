"""Keeps the account that signs in: whatever is asked about it is asked about one that there is not."""

import schemathesis

OWN = 1
NOBODY = 4_503_599_627_370_496
CHANGES = ("PUT /api/admin/users/{id}", "DELETE /api/admin/users/{id}")


@schemathesis.hook
def before_call(context, case, kwargs):
    parameters = case.path_parameters or {}
    if case.operation.label in CHANGES and str(parameters.get("id")) == str(OWN):
        case.path_parameters["id"] = NOBODY
