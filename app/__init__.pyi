from .notebook import Comparison as Comparison
from .notebook import LayerTrace as LayerTrace
from .notebook import ModuleTrace as ModuleTrace
from .notebook import Recording as Recording
from .notebook import ReplayDiffers as ReplayDiffers
from .notebook import compare as compare
from .notebook import trace as trace
from .notebook import watch as watch

__version__: str
