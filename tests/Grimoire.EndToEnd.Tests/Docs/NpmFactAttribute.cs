namespace Grimoire.EndToEnd.Tests.Docs;

/// <summary>A test that takes a library from npm. It is skipped where there is no npm on the PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute() => Skip = Npm.Missing;
}

/// <inheritdoc cref="NpmFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmTheoryAttribute : TheoryAttribute
{
    public NpmTheoryAttribute() => Skip = Npm.Missing;
}

static class Npm
{
    /// <summary>Why a test is skipped; null where it is not.</summary>
    public static string? Missing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "npm"))) ? null : "There is no npm on the PATH (https://nodejs.org/).";
}
