"""A whole capability: it learns the colours of a folder of pictures, and paints new ones like them.

Six small files, and one line, which one of ganima's own has in `ganima.verbs`.
"""

from ganima.verbs import Verb

VERB = Verb("paint", "contract.toy.request:Paint", "contract.toy.apply:paint")
