# Two commands for a newcomer: make book, make test. The others are listed by make help.
# LOCK=newest takes the newest versions instead of the locked ones; PYTHON=python3.12 chooses the Python.
# What a person set for other Pythons, notebooks and installations stays outside.
PLAIN = -I analysis/kit/surroundings.py
PY = .venv/bin/python $(PLAIN) .venv/bin/python
LOCK =
unexport CDPATH

.PHONY: help book course slides lite test bench bench-pages serve verify pdf epub offline lock browser newest-sphinx clean env-book env-test

help:
	@echo 'make book       build the website into _build/html (makes .venv the first time)'
	@echo 'make course     build it with notebooks for students and teachers, in _build/html/course'
	@echo 'make slides     write a deck of slides for each chapter, in _build/html/slides'
	@echo 'make lite       the chapters for a browser'"'"'s own Python (JupyterLite), in _build/lite'
	@echo 'make test       prove everything: code, data, figures, notebooks, and the site in a browser;'
	@echo '                what read only unchanged files since it passed is kept (FRESH=1: nothing is)'
	@echo 'make serve      build, serve on this machine, and build again at every save'
	@echo 'make pdf        set the whole book for paper; make epub for readers, make offline as an archive of the site'
	@echo 'make verify     recompute every figure, number and verdict; say what moved'
	@echo 'make bench      measure the fast parts against what one would otherwise use'
	@echo 'make bench-pages  bytes, elements, shift and times of every kind of page, beside a stock page (needs npm)'
	@echo 'make lock       write locks/ anew with the newest versions'
	@echo 'make clean      delete .venv and what was built; half-done experiments stay'

book: env-book
	@$(PY) -m book build

course: env-test
	@$(PY) -m book course

slides: env-test
	@$(PY) -m book slides

lite: env-test
	@$(PY) -m book lite

test: env-test
	@$(PY) tools/check.py

bench: env-test
	@$(PY) -m benchmarks

bench-pages: env-test
	@$(PY) -m benchmarks.pages

serve: env-book
	@$(PY) -m book serve

pdf epub: env-test
	@$(PY) -m book paper $@

offline: book
	@$(PY) -m book paper $@

verify: env-book
	@$(PY) -m analysis verify

lock:
	@python3 $(PLAIN) sh tools/lock.sh

browser: env-test
	@$(PY) tools/chromium.py

newest-sphinx: env-book
	@.venv/bin/python $(PLAIN) sh tools/newest_sphinx.sh

env-book:
	@sh tools/environment.sh $(or $(LOCK),book)

env-test:
	@sh tools/environment.sh $(or $(LOCK),test)

clean:
	rm -rf .venv _build
	test ! -d .cache || find .cache -mindepth 1 -maxdepth 1 ! -name experiments -exec rm -rf {} +
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
