"""Two convolution layers side by side on your own picture: what they do and what they cost."""

NOT_INSTALLED = "0+unknown"


def __getattr__(name: str) -> str:
    # Looked up on demand: reading the metadata of a distribution would slow every import of the package.
    if name != "__version__":
        raise AttributeError(f"module 'sepviz' has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sepviz")
    except PackageNotFoundError:
        return NOT_INSTALLED
