namespace BuildSharp.Notation;

/// <summary>Finds the known word that a misspelt word resembles.</summary>
public static class Suggestion
{
    private const int Farthest = 2;
    private const int LongestWord = 64;

    // Of a shorter word, two changes leave too little: --push would resemble --ssh.
    private const int LengthForFarthest = 5;

    /// <summary>The candidate with at most two changed, added, removed or swapped letters, or one if the word has fewer than five; case is
    /// ignored.</summary>
    /// <returns>The most similar candidate, the first of several; null when none is similar or one is equal.</returns>
    public static string? For(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LongestWord)
        {
            return null;
        }

        string? best = null;
        var bestDistance = (word.Length < LengthForFarthest ? 1 : Farthest) + 1;
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - word.Length) > Farthest)
            {
                continue;
            }

            var distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance == 0 && candidate == word)
            {
                return null;
            }

            if (distance >= bestDistance || distance >= word.Length)
            {
                continue;
            }

            best = candidate;
            bestDistance = distance;
        }

        return best;
    }

    /// <summary><c> (did you mean X?)</c>, or an empty string.</summary>
    public static string Clause(string word, IEnumerable<string> candidates, string prefix = "") =>
        For(word, candidates) is { } match ? $" (did you mean {prefix}{match}?)" : "";

    /// <summary>Number of edits between two words; swapping two adjacent letters counts as one, because it is a common typing
    /// error.</summary>
    private static int Distance(string from, string to)
    {
        int[] beforePrevious = new int[to.Length + 1], previous = new int[to.Length + 1], current = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var substitution = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
                }
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[to.Length];
    }
}
