"""People can be revoked too: which versions of which data sets hold somebody.

For each version of a data set a sorted file of keyed digests (HMAC-SHA256), 32 bytes a person.
Nothing of a person is stored: without the key a digest tells nobody who it is, nor lets anybody
try names. Somebody is looked up by binary search in the mapped file.
"""

from lineage.subjects.cohorts import Cohort, find, read_cohort
from lineage.subjects.register import Register, Registers, default_registers, subjects_key

__all__ = [
    "Cohort",
    "Register",
    "Registers",
    "default_registers",
    "find",
    "read_cohort",
    "subjects_key",
]
