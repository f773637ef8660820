namespace BuildSharp.Dockerfiles.Lint;

/// <content>ExposeProtoCasing</content>
public static partial class LintRules
{
    private static LintRule ExposeProtoCasing() => new(
        "ExposeProtoCasing", "Protocol in EXPOSE instruction should be lowercase",
        context =>
            from instruction in context.BuiltInstructions.OfType<ExposeInstruction>()
            from port in instruction.Ports
            let slash = port.Text.IndexOf('/')
            where slash >= 0 && port.Text[slash..] != port.Text[slash..].ToLowerInvariant()
            select LintContext.At(instruction, $"Defined protocol '{port.Text}' in EXPOSE instruction should be lowercase"));
}
