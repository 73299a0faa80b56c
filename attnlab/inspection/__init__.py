"""What a trained run's attention is worth: measured in a worker, and kept beside the run.

`attnlab.inspection.running` has what surfaces call; neither it nor this imports TensorFlow.
"""
