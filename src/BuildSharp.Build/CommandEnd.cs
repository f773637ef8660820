namespace BuildSharp.Build;

/// <summary>How the command of a RUN ended.</summary>
/// <param name="Status">Its exit status.</param>
/// <param name="OutOfMemory">Whether the kernel killed a process for want of memory meanwhile.</param>
/// <param name="LastLines">The end of its output; empty when that stands right above the error.</param>
internal sealed record CommandEnd(int Status, bool OutOfMemory, IReadOnlyList<string> LastLines);
