"""The certificate: a document to file, and the files by which anybody can check it."""

from lineage.export.certificate.checking import Check, check_folder
from lineage.export.certificate.content import certificate_of
from lineage.export.certificate.issuing import FILES, issue

__all__ = ["FILES", "Check", "certificate_of", "check_folder", "issue"]
