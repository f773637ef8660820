using System.Runtime.InteropServices;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Seccomp;

/// <summary>An instruction of the kernel's packet filter language (struct sock_filter): a conditional jump skips <paramref name="Then"/> or
/// <paramref name="Otherwise"/> instructions.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterInstruction(ushort Operation, byte Then, byte Otherwise, uint Value);

/// <summary>Builds code in the kernel's packet filter language (kernel, userspace-api/seccomp_filter.rst and networking/filter.rst).</summary>
internal static class FilterCode
{
    // struct seccomp_data: number, architecture, instruction pointer (64 bits), six arguments of 64 bits, the low half first.
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint ArgumentsOffset = 16;

    private const ushort Load = 0x20;
    private const ushort And = 0x54;
    private const ushort Jump = 0x05;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfGreater = 0x25;
    private const ushort JumpIfNotLess = 0x35;
    private const ushort ReturnValue = 0x06;

    public static FilterInstruction LoadNumber { get; } = new(Load, 0, 0, NumberOffset);

    public static FilterInstruction LoadArchitecture { get; } = new(Load, 0, 0, ArchitectureOffset);

    public static FilterInstruction Return(uint verdict) => new(ReturnValue, 0, 0, verdict);

    /// <summary>One of two sequences that both end with a return: the first if the loaded value equals the other value.</summary>
    public static List<FilterInstruction> IfEqual(uint value, List<FilterInstruction> then, List<FilterInstruction> otherwise) =>
        Choose(JumpIfEqual, value, then, otherwise);

    /// <summary>Like <see cref="IfEqual"/>, for a loaded value that is not less.</summary>
    public static List<FilterInstruction> IfNotLess(uint value, List<FilterInstruction> then, List<FilterInstruction> otherwise) =>
        Choose(JumpIfNotLess, value, then, otherwise);

    /// <summary>Returns the verdict if all conditions hold, and else continues behind this sequence.</summary>
    /// <exception cref="FormatException">A comparison or an argument's index is unknown.</exception>
    public static List<FilterInstruction> ReturnIf(IReadOnlyList<SpecSyscallArgument> conditions, uint verdict)
    {
        List<FilterInstruction> code = [Return(verdict)];
        foreach (var condition in conditions.Reverse())
        {
            code.InsertRange(0, Test(condition, checked((byte)code.Count)));
        }

        return code;
    }

    // A conditional jump reaches 255 instructions, a plain one any number.
    private static List<FilterInstruction> Choose(ushort jump, uint value, List<FilterInstruction> then, List<FilterInstruction> otherwise) =>
        otherwise.Count <= byte.MaxValue
            ? [new(jump, (byte)otherwise.Count, 0, value), .. otherwise, .. then]
            : [new(jump, 0, 1, value), new(Jump, 0, 0, (uint)otherwise.Count), .. otherwise, .. then];

    // Skips that many instructions behind the test if the condition does not hold. The kernel compares 32 bits at a time.
    private static FilterInstruction[] Test(SpecSyscallArgument condition, byte skip)
    {
        var offset = condition.Index <= 5 ? ArgumentsOffset + (8 * condition.Index) : throw new FormatException($"a system call has no argument {condition.Index}");
        FilterInstruction low = new(Load, 0, 0, offset), high = new(Load, 0, 0, offset + 4);
        var (lower, upper) = Halves(condition.Value);
        return condition.Op switch
        {
            "SCMP_CMP_EQ" => [high, new(JumpIfEqual, 0, Past(2), upper), low, new(JumpIfEqual, 0, skip, lower)],
            "SCMP_CMP_NE" => [high, new(JumpIfEqual, 0, 2, upper), low, new(JumpIfEqual, skip, 0, lower)],
            "SCMP_CMP_GE" => Above(JumpIfNotLess),
            "SCMP_CMP_GT" => Above(JumpIfGreater),
            "SCMP_CMP_LT" => NotAbove(JumpIfNotLess),
            "SCMP_CMP_LE" => NotAbove(JumpIfGreater),
            "SCMP_CMP_MASKED_EQ" => Masked(Halves(condition.ValueTwo)),
            _ => throw new FormatException($"unknown comparison \"{condition.Op}\""),
        };

        byte Past(int count) => checked((byte)(skip + count));

        FilterInstruction[] Above(ushort compare) =>
            [high, new(JumpIfGreater, 3, 0, upper), new(JumpIfEqual, 0, Past(2), upper), low, new(compare, 0, skip, lower)];

        FilterInstruction[] NotAbove(ushort compare) =>
            [high, new(JumpIfGreater, Past(3), 0, upper), new(JumpIfEqual, 0, 2, upper), low, new(compare, skip, 0, lower)];

        FilterInstruction[] Masked((uint Lower, uint Upper) wanted) =>
        [
            high, new(And, 0, 0, upper), new(JumpIfEqual, 0, Past(3), wanted.Upper),
            low, new(And, 0, 0, lower), new(JumpIfEqual, 0, skip, wanted.Lower),
        ];
    }

    private static (uint Lower, uint Upper) Halves(ulong value) => ((uint)value, (uint)(value >> 32));
}
