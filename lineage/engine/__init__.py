"""The algorithms on graphs, as pure functions over arrays: nothing here knows what a node is.

``topology`` holds the edges, ``reach`` walks them; ``ranking``, ``dominators``, ``cut``,
``share`` and ``order`` each answer one question.
"""
