namespace Grimoire.Functions.Tests.Support;

static class Repository
{
    /// <summary>The folder of the checkout that the tests were built in.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"There is no Functions.sln above {AppContext.BaseDirectory}.");
    }
}
