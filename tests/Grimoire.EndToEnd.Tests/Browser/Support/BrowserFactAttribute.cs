namespace Grimoire.EndToEnd.Tests.Browser.Support;

/// <summary>A test in Chromium. It is skipped where GRIMOIRE_CHROMIUM, the program, is not set: test.sh sets it, or says why not.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = BrowserSettings.Missing;
}

[AttributeUsage(AttributeTargets.Method)]
sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = BrowserSettings.Missing;
}

static class BrowserSettings
{
    public static string Chromium { get; } = Environment.GetEnvironmentVariable("GRIMOIRE_CHROMIUM") ?? "";

    /// <summary>axe-core, which looks for what keeps people out.</summary>
    public static string Axe { get; } = Environment.GetEnvironmentVariable("GRIMOIRE_AXE") ?? "";

    /// <summary>Where pictures of pages go; nothing: nowhere.</summary>
    public static string Screenshots { get; } = Environment.GetEnvironmentVariable("GRIMOIRE_SCREENSHOTS") ?? "";

    public static string? Missing => Chromium.Length > 0 && Axe.Length > 0 ? null
        : "GRIMOIRE_CHROMIUM and GRIMOIRE_AXE, a Chromium and axe-core, are not set; ./test.sh sets them where it can.";
}
