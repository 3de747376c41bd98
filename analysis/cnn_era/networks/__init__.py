"""Convolutional networks counted layer by layer: the published ones, and what a convolution computes and moves."""
