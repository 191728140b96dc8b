"""Drawing of scenes with Pillow, as flat illustrations."""
