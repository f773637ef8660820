namespace BuildSharp.Cli.Output.Templates;

/// <summary>A node of a parsed template.</summary>
internal abstract record Node(int Line, int Column)
{
    /// <summary>Text that is copied to the output.</summary>
    internal sealed record Literal(string Text, int Line, int Column) : Node(Line, Column);

    /// <summary><c>{{pipeline}}</c>.</summary>
    internal sealed record Action(Pipeline Pipeline, int Line, int Column) : Node(Line, Column);

    /// <summary><c>{{if}}</c> and <c>{{with}}</c>; the latter also sets the dot.</summary>
    internal sealed record Choice(
        Pipeline Condition, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else, bool SetsDot, int Line, int Column) : Node(Line, Column);

    /// <summary><c>{{range}}</c>.</summary>
    internal sealed record Loop(Pipeline Over, IReadOnlyList<Node> Body, IReadOnlyList<Node> Else, int Line, int Column) : Node(Line, Column);

    /// <summary><c>{{template "name" pipeline}}</c>; without a pipeline the dot of the called template is nil.</summary>
    internal sealed record Call(string Name, Pipeline? Argument, string Text, int Line, int Column) : Node(Line, Column);

    /// <summary><c>{{break}}</c> and <c>{{continue}}</c>.</summary>
    internal sealed record Jump(bool IsBreak, int Line, int Column) : Node(Line, Column);
}

/// <summary>Commands joined by <c>|</c>, each passing its value to the next as last argument, and the variables that receive the
/// result.</summary>
internal sealed record Pipeline(IReadOnlyList<string> Variables, bool Declares, IReadOnlyList<IReadOnlyList<Operand>> Commands);

/// <summary>One operand of a command, followed by field accesses.</summary>
internal abstract record Operand(IReadOnlyList<string> Fields, int Line, int Column)
{
    /// <summary>Source text, for messages.</summary>
    public abstract string Text { get; }

    /// <summary>The field accesses, each with its dot.</summary>
    protected string FieldText => string.Concat(Fields.Select(name => "." + name));

    internal sealed record Dot(IReadOnlyList<string> Fields, int Line, int Column) : Operand(Fields, Line, Column)
    {
        public override string Text => Fields.Count == 0 ? "." : FieldText;
    }

    internal sealed record Variable(string Name, IReadOnlyList<string> Fields, int Line, int Column) : Operand(Fields, Line, Column)
    {
        public override string Text => Name + FieldText;
    }

    internal sealed record Constant(GoValue Value, int Line, int Column) : Operand([], Line, Column)
    {
        public override string Text => GoPrinter.Print(Value);
    }

    internal sealed record Function(string Name, int Line, int Column) : Operand([], Line, Column)
    {
        public override string Text => Name;
    }

    internal sealed record Parenthesis(Pipeline Pipeline, IReadOnlyList<string> Fields, int Line, int Column) : Operand(Fields, Line, Column)
    {
        public override string Text => "(…)" + FieldText;
    }
}
