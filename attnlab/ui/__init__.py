"""What the pages are made of; the only place in attnlab that imports streamlit."""
