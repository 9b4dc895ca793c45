"""Where storages lie: those that are in use at the same time beside each other, others in the same place."""

from app_py.kernels.packing import aligned
from app_py.kernels.program import Storage


def allocate(storages: list[Storage], start: int) -> int:
    """Give every storage its address, from `start`; returns the end. The largest come first, each as low as it fits."""
    placed: list[Storage] = []
    end = start
    for storage in sorted(storages, key=lambda storage: -storage.size):
        if storage.first < 0:
            continue
        beside = sorted(
            (other.address, other.address + aligned(other.size))
            for other in placed
            if other.first <= storage.last and storage.first <= other.last
        )
        address = start
        for low, high in beside:
            if address + aligned(storage.size) <= low:
                break
            address = max(address, high)
        storage.address = address
        placed.append(storage)
        end = max(end, address + aligned(storage.size))
    return end
