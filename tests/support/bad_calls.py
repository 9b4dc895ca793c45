"""Wrong calls of onnxruntime, for the native package and for that of the browser, to compare what they raise."""

SETUP = """
import numpy as np
import onnxruntime as ort
x = np.ones(3, np.float32)
session = ort.InferenceSession("add.onnx", providers=["CPUExecutionProvider"])
options, run_options = ort.SessionOptions(), ort.RunOptions()
value = ort.OrtValue.ortvalue_from_numpy(x)
binding = session.io_binding()
stopped = ort.RunOptions()
stopped.terminate = True
"""

CALLS = (
    'ort.InferenceSession("missing.onnx")',
    'ort.InferenceSession(b"nonsense")',
    'ort.InferenceSession(b"")',
    "ort.InferenceSession(5)",
    "ort.InferenceSession(None)",
    'ort.InferenceSession("add.onnx", sess_options=5)',
    'ort.InferenceSession("add.onnx", providers=5)',
    "session.run(None, {})",
    'session.run(None, {"x": x, "z": x})',
    'session.run(None, {"x": [1, "a"]})',
    'session.run(None, {"x": object()})',
    'session.run(None, {"x": 10**400})',
    'session.run(None, {"x": x.astype(np.float64)})',
    'session.run(None, {"x": x.astype(np.complex128)})',
    'session.run(None, {"x": x.reshape(1, 3)})',
    'session.run(["z"], {"x": x})',
    'session.run("y", {"x": x})',
    'session.run(5, {"x": x})',
    'session.run([5], {"x": x})',
    'session.run(None, {"x": x}, 5)',
    'session.run(None, {"x": x}, stopped)',
    'session.set_providers(["Nonsense"])',
    'setattr(options, "no_such_option", 1)',
    'setattr(options, "intra_op_num_threads", "two")',
    'setattr(options, "graph_optimization_level", 1)',
    'setattr(options, "logid", None)',
    'options.get_session_config_entry("nothing")',
    'options.add_session_config_entry("a", 1)',
    'options.add_session_config_entry("a" * 2000, "1")',
    'options.add_session_config_entry("", "1")',
    'options.add_free_dimension_override_by_name("a", "b")',
    'options.add_initializer("a", x)',
    "ort.set_default_logger_severity(9)",
    'ort.OrtValue.ortvalue_from_numpy(x, "cuda", 0)',
    "ort.OrtValue.ortvalue_from_numpy([1, 2])",
    'ort.OrtValue.ortvalue_from_shape_and_type([2], "nonsense")',
    "ort.OrtValue.ortvalue_from_shape_and_type([2], 99)",
    "value.update_inplace(x[:1])",
    'binding.bind_cpu_input("q", x)',
    "session.run_with_iobinding(binding)",
    'ort.OrtArenaCfg({"nonsense": 1})',
    'ort.set_default_logger_severity("3")',
    'ort.set_default_logger_verbosity("many")',
    "ort.set_default_logger_verbosity(10**30)",
    'ort.set_seed("a")',
    "ort.set_seed(10**30)",
    'setattr(options, "intra_op_num_threads", 10**30)',
    'setattr(run_options, "log_severity_level", 10**30)',
    "options.add_free_dimension_override_by_name(5, 1)",
    'options.add_free_dimension_override_by_name("a", 10**30)',
    'options.add_free_dimension_override_by_denotation("a", 10**30)',
    "value.update_inplace(5)",
    "ort.OrtValue.ortvalue_from_numpy_with_onnx_type([1], 1)",
    'binding.bind_cpu_input("x", 5)',
    "binding.bind_cpu_input(5, x)",
    "binding.bind_output(5)",
    'binding.bind_input("x", "cpu", 0, np.float32, [3], 10**30)',
)

RAISED = f"""
raised = []
for call in {CALLS!r}:
    try:
        exec(call)
    except Exception as error:
        raised.append([call, [kind.__name__ for kind in type(error).__mro__], str(error)])
    else:
        raised.append([call, [], ""])
"""
