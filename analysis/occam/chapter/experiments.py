"""The experiments of the Occam chapter.

Each writes one small table in tidy form, ``analysis/data/results/occam-*.csv``.
"""

from analysis.occam.chapter import experiments_of_sampling, experiments_of_training

EXPERIMENTS = (*experiments_of_sampling.EXPERIMENTS, *experiments_of_training.EXPERIMENTS)
