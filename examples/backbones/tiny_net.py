"""A small convolutional network with a slot behind each block.

Change it, save it, and compare modules in it:

    attnlab check examples/backbones/tiny_net.py
    attnlab run --task digits --backbone examples/backbones/tiny_net.py --arm none --arm eca
"""

from keras import layers

from attnlab.own_modules import backbone


@backbone(fits="image")
def tiny_net(inputs, outputs, slot, width=16, dropout=0.2):
    """Two convolutions, each with a slot behind it."""
    x = inputs  # (B, H, W, C), pixels in 0..1
    for filters in (width, 2 * width):  # width and dropout are sliders of every task on images
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D()(x)
        x = slot(x)  # a module may stand here: (B, H, W, filters) in and out
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x)
    return layers.Dense(outputs)(x)  # logits: no softmax
