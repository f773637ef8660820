namespace BuildSharp.Cli.Output.Templates;

/// <summary>A template is invalid or cannot be rendered. The message starts with <c>template: NAME:LINE:</c>, as in Go.</summary>
internal sealed class TemplateException(string message) : Exception(message);
