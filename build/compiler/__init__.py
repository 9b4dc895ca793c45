"""Any ONNX graph and a target -> a graph that the target runs, or the reasons why there is none."""
