"""The page, for ``streamlit run app.py``; ``lineage ui`` starts the same one."""

from lineage.ui import main

main()
