using Grimoire.EndToEnd.Tests.Browser.Support;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Grimoire.EndToEnd.Tests.Support.LongestFirst", "Grimoire.EndToEnd.Tests")]

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>The tests in the browser share an app and run one after the other, longer than any others: if they came last, nothing would run beside them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName == DashboardTests.Name);
}
