from cffi import FFI

ffi = FFI()
ffi.cdef("unsigned int sleep(unsigned int);")
libc = ffi.dlopen(None)
print("slept, left:", libc.sleep(0))
