"""Start sepviz from a checkout: ``python main.py ...`` is ``sepviz ...``."""

from sepviz.__main__ import main

if __name__ == "__main__":
    raise SystemExit(main())
