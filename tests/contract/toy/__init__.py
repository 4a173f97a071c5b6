"""A whole capability: it learns the colours of a folder of pictures, and paints new ones like them.

Six small files, and one line among the verbs: `contract.toy.apply.VERB`.
"""
