"""What a class needs, from the chapters themselves.

:mod:`builder` reads a page that Sphinx resolved into *plain cells* (prose in plain Markdown with numbers, citations and
links filled in; code as it stands; exercises and quizzes in their parts); :mod:`cells` hands them out; whatever a class
gets is written from them: :mod:`notebooks` and what stands beside it.
"""
