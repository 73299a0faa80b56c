"""What every script is made of besides a network: training it, in words of Keras.

These files are copied into scripts, with all that they use, and are otherwise not imported.
"""
