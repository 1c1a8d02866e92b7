"""What the source article holds, as the site must show it: headings, table rows, points."""

from __future__ import annotations

GUIDE: dict[str, str] = {
    "guide/index": "Deep Learning Questions for Interview",
    "guide/key-takeaways": "Key Takeaways",
    "guide/theoretical-concepts-and-architecture": "Theoretical Concepts and Architecture",
    "guide/convolutional-neural-networks": "Convolutional Neural Networks (CNNs)",
    "guide/recurrent-neural-networks": "Recurrent Neural Networks (RNNs)",
    "guide/practical-applications": "Practical Applications",
    "guide/latest-trends-and-advancements": "Latest Trends and Advancements",
    "guide/common-misconceptions": "Common Misconceptions",
    "tables/index": "Understanding Deep Learning",
    "faq": "Frequently asked questions",
}
"""Page and heading of each section, S0 to S9."""

PROMISES: dict[str, tuple[str, ...]] = {
    "guide/theoretical-concepts-and-architecture": (
        "shallow", "backpropagation", "ReLU", "dropout", "L1", "L2",
    ),
    "guide/convolutional-neural-networks": (
        "convolutional layer", "pooling", "fully connected", "kernel", "filter", "shared weights",
        "receptive field",
    ),
    "guide/recurrent-neural-networks": (
        "memory", "vanishing gradient", "LSTM", "GRU", "natural language processing",
        "speech recognition", "time series", "TensorFlow", "2015", "PyTorch", "2016", "Keras",
        "Image classification",
    ),
    "guide/practical-applications": (
        "normalization", "one-hot", "validation", "test", "overfitting", "underfitting",
        "transfer learning",
    ),
    "guide/latest-trends-and-advancements": (
        "Transformer", "GAN", "deep Q-learning", "policy gradient", "TPU", "GPU",
    ),
}  # fmt: skip
"""Words that the bullets of S2 to S6 and the small tables promise."""

MISCONCEPTIONS = (
    "Deep Learning Questions are Only for Experts",
    "Deep Learning Questions are only about coding",
    "Knowing the Basics is Enough",
    "Deep Learning Questions are Formulaic",
    "Deep Learning Questions Always Have a Single Correct Answer",
)

TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Common Activation Functions": ("tables/activations-and-losses", ("ReLU", "Sigmoid", "Tanh")),
    "Comparison of Deep Learning Frameworks": ("tables/frameworks", ("TensorFlow", "PyTorch", "Keras")),
    "Convolutional Neural Network (CNN) Architectures": (
        "tables/architectures", ("LeNet-5", "VGG-16", "ResNet-50"),
    ),
    "Common Loss Functions": (
        "tables/activations-and-losses",
        ("Mean Squared Error", "Binary Cross-Entropy", "Categorical Cross-Entropy"),
    ),
    "Recurrent Neural Network (RNN) Cells": ("tables/architectures", ("Simple RNN", "LSTM", "GRU")),
    "Object Detection Algorithms": ("tables/architectures", ("YOLO", "SSD", "R-CNN")),
    "Generative Adversarial Networks (GANs)": ("tables/architectures", ("DCGAN", "CGAN", "WGAN")),
    "Natural Language Processing (NLP) Architectures": (
        "tables/architectures", ("Transformer", "LSTM-CNN", "BERT"),
    ),
    "Bias-Variance Tradeoff": (
        "tables/generalization-and-unsupervised-learning",
        ("Overfitting", "Underfitting", "Optimal Model"),
    ),
    "Unsupervised Learning Algorithms": (
        "tables/generalization-and-unsupervised-learning",
        ("k-means", "Principal Component Analysis", "Generative Adversarial Networks"),
    ),
}  # fmt: skip
"""T1 to T10: the table's heading, its page, and its first rows in order."""

FAQ = (
    "What is deep learning?",
    "How does deep learning work?",
    "What are the applications of deep learning?",
    "What are the advantages of deep learning?",
    "What are the challenges of deep learning?",
    "What is the difference between deep learning and machine learning?",
    "What are the types of neural networks used in deep learning?",
    "What are some popular deep learning frameworks and libraries?",
    "How can I start learning deep learning?",
)
