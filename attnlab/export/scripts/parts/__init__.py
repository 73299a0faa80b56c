"""The parts of every script besides the network: its training, in terms of Keras.

These files are copied into scripts, with all that they use, and are otherwise not imported.
"""
