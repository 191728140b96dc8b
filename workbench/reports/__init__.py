"""A run or several as one page that can be sent: read into blocks, rendered, written whole."""
