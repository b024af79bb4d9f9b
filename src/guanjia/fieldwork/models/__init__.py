from guanjia.fieldwork.models.forms import Answer, AnswerFile, Correction, FormVersion, Source

__all__ = ["Answer", "AnswerFile", "Correction", "FormVersion", "Source"]
