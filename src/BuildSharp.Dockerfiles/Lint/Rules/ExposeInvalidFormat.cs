namespace BuildSharp.Dockerfiles.Lint;

/// <content>ExposeInvalidFormat</content>
public static partial class LintRules
{
    private static LintRule ExposeInvalidFormat() => new(
        "ExposeInvalidFormat", "IP address and host-port mapping should not be used in EXPOSE instruction",
        context =>
            from instruction in context.BuiltInstructions.OfType<ExposeInstruction>()
            from port in instruction.Ports
            where port.Text.Contains(':') && !port.Text.Contains('$')
            select LintContext.At(
                instruction,
                $"EXPOSE instruction should not define an IP address or host-port mapping, found '{port.Text}'"));
}
