using System.Text.RegularExpressions;

namespace Grimoire.Tests.Shared;

/// <summary>The key that an app shows at its first start.</summary>
static partial class FirstKey
{
    /// <summary>The first key in what an app or a script has said; nothing if there is none.</summary>
    public static string In(string said) => Form().Match(said).Value;

    [GeneratedRegex("grm_[0-9a-z]{12}_[A-Za-z0-9_-]{43}")]
    private static partial Regex Form();
}
