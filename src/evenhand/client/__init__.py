"""A typed client of a member's HTTP API: `Client` and, for asyncio, `AsyncClient`.

Knows:    the API's contract; nothing of the node's code.
Told:     an address and a key.
Answers:  typed answers; refusals as `ApiError` with the node's own words.
Trusted:  no.

Example: `Client("http://127.0.0.1:7501", key=KEY, purpose="BORDER_CHECK", legal_basis="Border Code art 8")`,
then `client.find(Question(names=("Ilmar Ferventu",)), reference="lane 4")`.
"""

from evenhand.client.asynchronous import AsyncClient
from evenhand.client.forms import (
    Answer,
    BatchAnswer,
    Candidate,
    Change,
    Document,
    Draft,
    Handling,
    Linked,
    Page,
    Problem,
    Question,
    Shown,
    Written,
)
from evenhand.client.requests import ApiError
from evenhand.client.synchronous import Client

__all__ = [
    "Answer", "ApiError", "AsyncClient", "BatchAnswer", "Candidate", "Change", "Client", "Document", "Draft",
    "Handling", "Linked", "Page", "Problem", "Question", "Shown", "Written",
]  # fmt: skip
