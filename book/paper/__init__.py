"""The book on paper and offline: from the pages that Sphinx read to one PDF and one EPUB, and the site as an archive.

:mod:`blocks` turns a page into the document model of pandoc, with numbers, verdicts, citations and links filled in;
:mod:`builder` does it for all pages; :mod:`write` makes the files of them.
"""
