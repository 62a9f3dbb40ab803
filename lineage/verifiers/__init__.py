"""Looking, read-only, whether what should be gone is gone.

Only places of known schemes are looked at; credentials are the ambient ones of the libraries that
the user configured, and nothing is sent where they would not send it. "Could not tell" is an
answer, with why, and never read as gone.
"""

from lineage.verifiers.looking import Outcome, Where, look

__all__ = ["Outcome", "Where", "look"]
