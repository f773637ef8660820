namespace BuildSharp.Cli.Output.Templates;

/// <summary>A template that cannot be read or carried out. The message has Go's <c>template: NAME:LINE:</c> shape.</summary>
internal sealed class TemplateException(string message) : Exception(message);
