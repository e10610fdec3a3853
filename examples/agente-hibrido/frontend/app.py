import os

import httpx
import streamlit as st

BACKEND_URL = os.environ.get("BACKEND_URL", "http://localhost:8000")

st.title("Agente híbrido")
question = st.chat_input("Pregunta")
if question:
    st.chat_message("user").write(question)
    reply = httpx.post(f"{BACKEND_URL}/ask", json={"text": question}, timeout=90).json()
    st.chat_message("assistant").write(reply["answer"])
    with st.expander("Fuentes"):
        st.write(reply["context"])
