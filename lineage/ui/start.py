"""The script that Streamlit runs for ``lineage ui``."""

from lineage.ui import main

main()
