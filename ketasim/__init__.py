"""The same as `sim`, by the name under which it is installed: `import ketasim`."""

import sys

import sim

sys.modules[__name__] = sim
