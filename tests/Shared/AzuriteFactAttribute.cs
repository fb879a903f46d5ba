namespace Grimoire.Tests.Shared;

/// <summary>A test against Azurite. It is skipped where GRIMOIRE_AZURITE, its connection string, is not set: test.sh sets it, or says why not.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class AzuriteFactAttribute : FactAttribute
{
    public AzuriteFactAttribute()
    {
        if (Connection.Length == 0)
        {
            Skip = "GRIMOIRE_AZURITE, the connection string of an Azurite, is not set; ./test.sh sets it where there is npm.";
        }
    }

    public static string Connection { get; } = Environment.GetEnvironmentVariable("GRIMOIRE_AZURITE") ?? "";
}
